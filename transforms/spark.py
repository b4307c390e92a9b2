"""Apache Spark as the engine of the tables that grow with the number of reports, from the very SQL that DuckDB runs.

What a text means is decided once a distinct text, in DuckDB; Spark joins those decisions to the rows. So both engines
read a date or a label alike, and only plain relational algebra has two dialects, which sqlglot translates.
"""

import os
import re
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from data.errors import EnvironmentUnfit

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

GROWING: Final = frozenset(
    {
        "raw.texts",
        "raw.undated_texts",
        "raw.motivation_sets",
        "core.coded_rows",
        "core.rejected_reports",
        "core.report_versions",
        "core.reports",
        "core.report_characteristics",
        "core.report_motivations",
        "core.row_outcomes",
        "core.report_counts",
    }
)
"""Tables made by reading every report; all others are made of these, and are small."""


_SILENT: Final = """
appender.nothing.type = Null
appender.nothing.name = nothing
rootLogger.level = off
rootLogger.appenderRef.nothing.ref = nothing
"""
"""Log4j's settings: without an appender Spark would fall back on its own, which writes to the terminal."""


class Cluster:
    """A Spark session, and the folder that holds as Parquet what it made of the warehouse under construction."""

    def __init__(self, session: "SparkSession", folder: Path) -> None:
        """Nothing is read yet."""
        self.session, self.folder = session, folder

    def receive(self, parts: Sequence[tuple[Path, Mapping[str, duckdb.Expression]]]) -> None:
        """Read extracts as raw.reports: each canonical Parquet with the expressions that map its columns onto ours."""
        rows = [self._mapped(parquet, columns) for parquet, columns in parts]
        if rows:
            together = reduce(lambda one, other: one.unionByName(other), rows)
            together.write.mode("overwrite").parquet(str(self.folder / "raw.reports"))
            self._read("raw.reports")

    def build(self, con: duckdb.DuckDBPyConnection, name: str, statement: str) -> None:
        """Make one table on the cluster and load it into the warehouse, as the statement would have made it there."""
        query, reads = translated(statement)
        for table in reads:
            self._provide(con, table)
        if "\ncreate view " in statement:
            self.session.sql(query).createOrReplaceTempView(_view(name))
            con.execute(statement)
            return
        target = self.folder / name
        self.session.sql(query).write.mode("overwrite").parquet(str(target))
        self._read(name)
        con.read_parquet(str(target / "*.parquet")).create(name)

    def _mapped(self, parquet: Path, columns: Mapping[str, duckdb.Expression]) -> "DataFrame":
        import sqlglot
        from sqlglot import exp

        def json_of_map(node: exp.Expression) -> exp.Expression:
            # Spark makes JSON of a map, and has no function that takes keys and values by turns.
            if not isinstance(node, exp.JSONObject):
                return node
            pairs = [part for pair in node.expressions for part in (pair.this, pair.expression)]
            return exp.Anonymous(this="to_json", expressions=[exp.Anonymous(this="map", expressions=pairs)])

        def column(name: str, expression: duckdb.Expression) -> str:
            tree = sqlglot.parse_one(str(expression), read="duckdb").transform(json_of_map)
            return f"{tree.sql(dialect='spark')} as {name}"

        return self.session.read.parquet(str(parquet)).selectExpr(*[column(*named) for named in columns.items()])

    def _provide(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        """See that a table can be read on the cluster: made there, or small and brought from the warehouse."""
        if self.session.catalog.tableExists(_view(table)):
            return
        if (self.folder / table).is_dir():
            self._read(table)
            return
        small = con.table(table)
        self.session.createDataFrame(small.to_arrow_table()).createOrReplaceTempView(_view(table))

    def _read(self, table: str) -> None:
        self.session.read.parquet(str(self.folder / table)).createOrReplaceTempView(_view(table))


def translated(statement: str) -> tuple[str, list[str]]:
    """Return the query of a `create table … as` statement in Spark's dialect, and the tables it reads."""
    import sqlglot
    from sqlglot import exp

    query = sqlglot.parse_one(statement, read="duckdb").expression
    tables = [table for table in query.find_all(exp.Table) if table.db]
    reads = sorted({f"{table.db}.{table.name}" for table in tables})
    for table in tables:
        view = exp.to_table(_view(f"{table.db}.{table.name}"))
        table.replace(exp.alias_(view, table.alias or table.name, table=True))
    return query.sql(dialect="spark"), reads


@contextmanager
def cluster(database: Path, tmp: Path, last: bool) -> Iterator[Cluster]:
    """Open the cluster for a warehouse under construction, with all it holds of it so far; `last` closes it after.

    Where Spark's own configuration names no master, it runs on this machine. Raises EnvironmentUnfit where Spark or
    Java is missing.
    """
    need()
    folder = database.with_suffix(".spark")
    folder.mkdir(exist_ok=True, mode=0o700)
    with warnings.catch_warnings():
        # No frame of pandas is ever handed over, whichever version of it Spark would like.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        session = _session(tmp, folder)
        try:
            yield Cluster(session, folder)
        except BaseException:
            last = True
            raise
        finally:
            if last:
                session.stop()
                shutil.rmtree(folder)


def need() -> None:
    """Raise EnvironmentUnfit where what Spark needs is not installed; nothing is started."""
    if not all(map(find_spec, ("pyspark", "sqlglot"))):
        raise EnvironmentUnfit("Spark is not installed.", 'Install it: pip install "hate-crime-statistics[spark]".')
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise EnvironmentUnfit("Spark needs Java, which is not installed.", "Install Java 17, or set JAVA_HOME to it.")


def _session(tmp: Path, folder: Path) -> "SparkSession":
    """The session of this process; a new one says nothing, since what Spark logs may quote the data."""
    from pyspark import SparkConf
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    silence = folder / "log4j2.properties"
    silence.write_text(_SILENT, encoding="ascii")
    os.environ["SPARK_SUBMIT_OPTS"] = f"-Dlog4j2.configurationFile={silence.as_uri()}"
    master = SparkConf().get("spark.master", None) or "local[*]"
    settings: dict[str, bool | float | int | str | None] = {
        "spark.app.name": "hatecrime",
        "spark.master": master,
        "spark.sql.session.timeZone": "Europe/London",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.warehouse.dir": str(tmp / "spark-warehouse"),
        # What does not fit into memory holds reports, and stays on the private side.
        "spark.local.dir": str(tmp),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.host": "localhost", "spark.driver.bindAddress": "127.0.0.1"}
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        os.environ["SPARK_WORKER_DIR"] = str(tmp / "spark-work")
    try:
        return SparkSession.builder.config(map=settings).getOrCreate()
    except PySparkException:
        raise EnvironmentUnfit("Spark cannot be started.", "See that Java 17 is what `java` runs.") from None


def _view(table: str) -> str:
    return re.sub(r"\W", "_", table)

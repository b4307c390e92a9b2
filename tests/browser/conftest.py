"""One Chromium for all browser tests, and one drawn release that has everything a release can have."""

import os
import shutil

import drawn_release
import pytest
from playwright.sync_api import sync_playwright
from visiting import Visit

from dashboards.site import build
from data.policies import PUBLIC


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    folder = drawn_release.add_optional(drawn_release.write(tmp_path_factory.mktemp("release"), PUBLIC))
    build(folder)
    return folder


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    if path is None:
        reason = "Chromium is not on this machine"
        pytest.fail(f"{reason}, and CI must not skip it") if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, release):
    visits = []

    def open_page(name, folder=release, **options):
        visits.append(Visit(chromium, folder, name, **options))
        return visits[-1]

    yield open_page
    for one in visits:
        one.context.close()

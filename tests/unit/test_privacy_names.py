"""Column names that promise identifying values stop a file, however they are written; names of things do not."""

import pytest

from transforms.privacy.names import is_identifying

IDENTIFYING = """
name, Name, victim_name, VictimName, VICTIM NAME, surname, Forename, first_name, firstName, Last Name,
full-name, dob, DOB, victimDOB, date_of_birth, DateOfBirth, birth_date, address, HomeAddress, addr1,
Address Line 1, postcode, Post Code, POST_CODE, uprn, UPRN, easting, Northing, lat, lon, latitude,
Longitude, X, y, x_coord, gridRef, nino, NI number, National Insurance No, phone, PhoneNumber, telephone,
mobile, mob_no, email, e-mail, E Mail Address, vrm, VRM, vehicle_reg, number plate, nhs_no, NHSNumber,
pnc_id, PNCID, collar_no, shoulder number, officer_name, OIC, officer, mo, MO, modus_operandi, narrative,
Incident Narrative, notes, officerNotes, description, Incident Description, free text, FreeText, comments,
circumstances, victim_ref, suspectId, offender number, crime_number, Crime No, CrimeRef, custody_ref, URN,
alias, username, ip_address, facebook, age, victim_age, Offense Description, LOCATION_NAME
"""
HARMLESS = """
report_id, occurred_date, recorded_date, district_code, record_class, offence_code, outcome_code,
reporting_route, status, is_aggravated, PUB_AGENCY_NAME, STATE_NAME, DIVISION_NAME, REGION_NAME,
AGENCY_TYPE_NAME, Patrol Borough Name, ward_name, District Name, offence_name,
Law Code Category Description, PD Code Description, POPULATION_GROUP_DESC, LOCATION_TYPE, OFFENDER_RACE,
VICTIM_COUNT, TOTAL_OFFENDER_COUNT, age_band, Age Group, AGE_BIAS, INCIDENT_ID, EVENT_UNIQUE_ID, _id,
Full Complaint ID, Arrest Date, month, Month Number, latest_version, platform, mobility, nationality,
monument, longest, renamed, HOOD_158, disability, characteristic, officer_count, population
"""


def listed(table: str) -> list[str]:
    return [name.strip() for name in table.replace("\n", " ").split(",")]


@pytest.mark.parametrize("name", listed(IDENTIFYING))
def test_stops(name):
    assert is_identifying(name)


@pytest.mark.parametrize("name", listed(HARMLESS))
def test_passes(name):
    assert not is_identifying(name)

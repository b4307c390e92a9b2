"""The meeting pack: what a release says of one characteristic in one place, on a page, in slides and in a workbook."""

#ifndef TOOL_CSV_H
#define TOOL_CSV_H

/* Print a row of CSV on stdout, as RFC 4180 has it: CRLF, fields quoted where
   they need it. A spreadsheet takes none of the fields for a formula: one that
   begins like one gets an apostrophe in front. Control characters are
   escaped. */
void tool_csv_row(const char *const *fields, unsigned int count);

#endif

package csvfile

import "strings"

// Column is a column of the file, counted from 0.
type Column int

// The columns, in their order.
const (
	noColumn Column = iota - 1 // the whole row
	ColApplicationNo
	ColApplicantKind
	ColIndicatorKind
	ColRole
	ColName
	ColIdentityNumber
	ColMobile
	ColDrawsUntil2020
	ColDrawsSince2021
	ColWaitingSince
	ColRegisteredOn
	ColFamilySince
	ColGenerations
	ColSubmittedAt
	columnCount
)

// The columns that a file may have behind the others, all of them or none.
const (
	ColScale Column = columnCount + iota
	ColChoices
	ColGrounds
	allColumns
)

var columnNames = [allColumns]string{
	"application_no", "applicant_kind", "indicator_kind", "role", "name", "identity_number",
	"mobile",
	"draws_until_2020", "draws_since_2021", "waiting_since", "registered_on", "family_since",
	"generations",
	"submitted_at",
	"scale", "choices", "grounds",
}

// String is the name of the column in the header.
func (c Column) String() string {
	if c == noColumn {
		return ""
	}
	return columnNames[c]
}

// Header is the first line of a file, without its line end.
func Header() string { return strings.Join(columnNames[:columnCount], ",") }

// ExtendedHeader is the first line of a file that has all columns.
func ExtendedHeader() string { return strings.Join(columnNames[:], ",") }

// The codes of problems that a file alone can have. Those of an identity number are
// those of package identity.
const (
	// not comma-separated values: a stray or missing quote
	codeRowDamaged  = "row_damaged"
	codeRowColumns  = "row_columns"  // more or fewer values than columns
	codeRowEncoding = "row_encoding" // not UTF-8
	codeRowTooLong  = "row_too_long" // over 65,535 bytes
	codeEmptyField  = "empty_field"  // a value is needed here
	codeNumberForm  = "number_form"  // not a whole number in plain digits
	codeNumberRange = "number_range" // a whole number outside its bounds
	codeDateForm    = "date_form"    // not YYYY-MM-DD, or no day of the calendar
	codeDateRange   = "date_range"   // before 1990 or after 2099
	codeTimeForm    = "time_form"    // not YYYY-MM-DDThh:mm:ssZ
	codeTimeRange   = "time_range"   // before 1990 or after 2099
	// application_no is not 1 to 32 letters, digits or dashes
	codeFileNumber  = "file_number"
	codeUnknownKind = "unknown_kind" // of applicant or indicator
	codeUnknownRole = "unknown_role" // neither main nor spouse nor other
	// over 64 characters, control characters, or blanks around it
	codeNameForm = "name_form"
	// not 5 to 15 digits, with or without + before them
	codeMobileForm = "mobile_form"
	codeDateAfter  = "date_after"        // after the day of submission
	codeBornAfter  = "born_after"        // born after the day of submission
	codeFamilyOnly = "family_only"       // a value that only a family has
	codeListForm   = "list_form"         // not names parted by semicolons, each once
	codeUnitOnly   = "organisation_only" // a value that only an organisation has
	codeMainOnly   = "main_only"         // a value that only the main applicant's row has
	codeOnePerson  = "one_person"        // an individual has one row
	codeTooFew     = "too_few"           // a family has at least two rows
	codeTooMany    = "too_many"          // an application has at most 20 rows
	// no row of the application is the main applicant's
	codeMainMissing = "main_missing"
	codeMainTwice   = "main_twice"               // a second main applicant
	codeSpouseTwice = "spouse_twice"             // a second spouse
	codeDiffers     = "differs"                  // another value than on the main applicant's row
	codeSamePerson  = "duplicate_member"         // the same person twice in one application
	codeSameNumber  = "duplicate_application_no" // this number stood on rows farther above
	codeIncomplete  = "application_incomplete"   // another row of the application was not usable
)

// OddArea is the code of a row that is stored all the same: its identity number begins with the
// code of no province. It may be old, or invented.
const OddArea = "identity_area"

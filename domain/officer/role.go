package officer

// Role is a bundle of commands.
type Role string

// The roles.
const (
	Administrator Role = "administrator" // officers, rules, quotas and notices
	Registrar     Role = "registrar"     // applicants and their applications
	Reviewer      Role = "reviewer"      // approvals, rejections, checks after winning
	Conductor     Role = "conductor"     // rounds, draws and awards
	Custodian     Role = "custodian"     // looks at personal data, and erases it
)

// Roles lists all roles in their one order.
var Roles = []Role{Administrator, Registrar, Reviewer, Conductor, Custodian}

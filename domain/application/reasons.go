package application

// Reason says why an application was rejected.
type Reason string

// The reasons for a rejection.
const (
	NotResident       Reason = "not_resident"
	NoLicence         Reason = "no_licence"
	OwnsCar           Reason = "owns_car"
	HoldsIndicator    Reason = "holds_indicator"
	DebtEnforcement   Reason = "debt_enforcement"
	InsuranceTax      Reason = "insurance_or_tax"
	KinshipUnproven   Reason = "kinship_unproven"
	DataMismatch      Reason = "data_mismatch"
	DocumentsMissing  Reason = "documents_missing"
	DeceasedApplicant Reason = "deceased"
)

// Reasons lists all reasons.
var Reasons = []Reason{
	NotResident, NoLicence, OwnsCar, HoldsIndicator, DebtEnforcement,
	InsuranceTax, KinshipUnproven, DataMismatch, DocumentsMissing, DeceasedApplicant,
}

// DisqualifyReason says why an application was disqualified.
type DisqualifyReason string

// The reasons for disqualifying.
const (
	FalseStatement    DisqualifyReason = "false_statement"
	Impersonation     DisqualifyReason = "impersonation"
	NoLongerEligible  DisqualifyReason = "no_longer_eligible"
	TradedIndicator   DisqualifyReason = "traded_indicator"
	UnderEnforcement  DisqualifyReason = "debt_enforcement"
	ApplicantDeceased DisqualifyReason = "deceased"
)

// DisqualifyReasons lists all reasons for disqualifying.
var DisqualifyReasons = []DisqualifyReason{
	FalseStatement, Impersonation, NoLongerEligible,
	TradedIndicator, UnderEnforcement, ApplicantDeceased,
}

// Outcome of a check.
type Outcome string

// The outcomes.
const (
	Passed Outcome = "passed"
	Failed Outcome = "failed"
)

// Answer to a recheck.
type Answer string

// The answers.
const (
	Granted Answer = "granted" // up for review again
	Upheld  Answer = "upheld"  // stays rejected
)

package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// The functions of templates are global, and commands are made in parallel by tests.
func init() { cobra.AddTemplateFunc("fields", fieldsText) }

// SetHelp makes the help of a command and of all commands in it name the fields of their
// objects. The flags of every command are listed once, at the root.
func SetHelp(root *cobra.Command) {
	root.SetUsageTemplate(usageTemplate)
}

// fieldsText lists the fields of a command's object, in lines of at most 90 columns.
func fieldsText(c *cobra.Command) string {
	var b strings.Builder
	column := 0
	for i, f := range Fields(c) {
		switch {
		case i == 0:
			b.WriteString("  ")
		case column+len(f) > 88:
			b.WriteString(",\n  ")
			column = 0
		default:
			b.WriteString(", ")
		}
		b.WriteString(f)
		column += len(f) + 2
	}
	return b.String()
}

const usageTemplate = `Usage:{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [command]{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}{{$cmds := .Commands}}{{if eq (len .Groups) 0}}

Available Commands:{{range $cmds}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{else}}{{range $group := .Groups}}

{{.Title}}{{range $cmds}}{{if (and (eq .GroupID $group.ID) .IsAvailableCommand)}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}

Additional Commands:{{range $cmds}}{{if (and (eq .GroupID "") .IsAvailableCommand)}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{with fields .}}

Fields of the object that --json prints:
{{.}}{{end}}{{if .HasAvailableInheritedFlags}}

The flags of every command: {{.Root.Name}} --help{{end}}{{if .HasAvailableSubCommands}}

Use "{{.CommandPath}} [command] --help" for more information about a command.{{end}}
`

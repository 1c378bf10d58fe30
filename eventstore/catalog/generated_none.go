//go:build generate

package catalog

import "reflect"

// generated is empty while the generator runs, so that it can run when the events have changed.
var generated map[reflect.Type]any

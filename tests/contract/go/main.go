// Command contract answers one question a subcommand: what does the program
// that will read our generated file make of it? It asks that program's own code.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// A subcommand returns the value to print. An error means that it could not
// look at all (bad arguments, unreadable file), never that the file is refused.
type subcommand struct {
	arguments string
	accepts   func(count int) bool
	run       func(arguments []string) (any, error)
}

var subcommands = map[string]subcommand{
	"crd":              {"PROMISE.yaml [OBJECT.yaml [OLD_OBJECT.yaml]]", between(1, 3), checkCRD},
	"yaml":             {"FILE", between(1, 1), readYAML},
	"yaml-texts":       {"TEXTS.json", between(1, 1), readYAMLTexts},
	"yaml-write":       {"VALUES.json", between(1, 1), writeYAML},
	"terraform":        {"FILE.tf.json", between(1, 1), readTerraform},
	"gitea-names":      {"", between(0, 0), readGiteaNames},
	"json-schema":      {"SCHEMA.json VALUES.json", between(2, 2), checkJSON},
	"markdown":         {"PAGE.md", between(1, 1), renderMarkdown},
	"expand":           {"VARIABLES.json", between(1, 1), expandVariables},
	"crd-each":         {"PROMISE.yaml OBJECTS.json", between(2, 2), checkEach},
	"crd-stored":       {"APIS.json", between(1, 1), checkStored},
	"patterns":         {"PATTERNS.json", between(1, 1), matchPatterns},
	"yaml-characters":  {"", between(0, 0), lostCharacters},
	"yaml-labels":      {"TEXTS.json", between(1, 1), readYAMLLabels},
	"yaml-go":          {"DOCUMENTS.json", between(1, 1), writeGoYAML},
	"unassigned":       {"", between(0, 0), unassignedCharacters},
	"kubernetes-types": {"", between(0, 0), kubernetesTypes},
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "contract:", err)
		os.Exit(2)
	}
}

func run(arguments []string, out io.Writer) error {
	if len(arguments) == 0 {
		return fmt.Errorf("no subcommand given\n%s", usage())
	}
	name, rest := arguments[0], arguments[1:]
	command, known := subcommands[name]
	if !known || !command.accepts(len(rest)) {
		return fmt.Errorf("can't run %q\n%s", strings.Join(arguments, " "), usage())
	}
	value, err := command.run(rest)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	encoder := json.NewEncoder(out)
	// The readers are programs: `<` must not become `\u003c` in a message they show.
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func usage() string {
	var lines []string
	for name, command := range subcommands {
		lines = append(lines, strings.TrimRight("  contract "+name+" "+command.arguments, " "))
	}
	slices.Sort(lines)
	return "usage:\n" + strings.Join(lines, "\n")
}

func between(fewest, most int) func(int) bool {
	return func(count int) bool { return fewest <= count && count <= most }
}

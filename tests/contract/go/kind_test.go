// What kind makes of stage 1's cluster, by its own Go types.
package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
)

// kind reads its configuration in this way, into these types: what it doesn't know is an error.
func TestKindReadsTheClusterOfStage1(t *testing.T) {
	decoder := yaml.NewDecoder(strings.NewReader(stage(t, "1-cluster/kind.yaml")))
	decoder.KnownFields(true)
	var cluster v1alpha4.Cluster
	if err := decoder.Decode(&cluster); err != nil {
		t.Fatal(err)
	}
	if len(cluster.Nodes) != 1 {
		t.Fatalf("%d nodes", len(cluster.Nodes))
	}
	node := cluster.Nodes[0]
	v1alpha4.SetDefaultsNode(&node)

	var hosts, nodes []string
	for _, port := range node.ExtraPortMappings {
		if port.ListenAddress != "127.0.0.1" {
			t.Errorf("port %d listens at %q", port.HostPort, port.ListenAddress)
		}
		hosts = append(hosts, fmt.Sprint(port.HostPort))
		nodes = append(nodes, fmt.Sprint(port.ContainerPort))
	}
	// The node's ports are those of the Services, in the same order, and all of this machine's are looked at before.
	services := stage(t, "1-cluster/ingress.yaml") + stage(t, "3-gitea/gitea.yaml")
	var want []string
	for _, found := range regexp.MustCompile(`nodePort: (\d+)`).FindAllStringSubmatch(services, -1) {
		want = append(want, found[1])
	}
	if strings.Join(nodes, " ") != strings.Join(want, " ") {
		t.Errorf("the node's ports are %v, the Services' %v", nodes, want)
	}
	if looked := "for port in " + strings.Join(hosts, " ") + "; do"; !strings.Contains(stage(t, "preflight.sh"), looked) {
		t.Errorf("preflight.sh has no %q", looked)
	}
}

// stage gives the text of a file in deploy/.
func stage(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile("../../../deploy/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

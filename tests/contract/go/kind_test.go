package main

import (
	"os"
	"testing"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
)

// kind reads its configuration in this way, into these types: what it doesn't know is an error.
func TestKindReadsTheClusterOfStage1(t *testing.T) {
	file, err := os.Open("../../../deploy/1-cluster/kind.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := yaml.NewDecoder(file)
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
	// As the Services of stage 1 and 3 have them, and as `platform` looks whether they are free.
	want := map[int32]int32{80: 30080, 443: 30443, 3000: 30300, 30222: 30222}
	for _, port := range node.ExtraPortMappings {
		if want[port.HostPort] != port.ContainerPort {
			t.Errorf("port %d of this machine is the node's %d", port.HostPort, port.ContainerPort)
		}
		if port.ListenAddress != "127.0.0.1" {
			t.Errorf("port %d listens at %q", port.HostPort, port.ListenAddress)
		}
		delete(want, port.HostPort)
	}
	if len(want) != 0 {
		t.Errorf("missing: %v", want)
	}
}

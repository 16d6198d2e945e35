//! The Promise on real Kubernetes: its API on the API server, its step as a pod. `./x platform-test` starts the node that
//! they share and runs them, one at a time.

mod api;
mod api_server;
mod cluster;
mod inputs;
mod manifests;
mod outcomes;
mod pod;
mod promise;
mod reading;
mod shape;
mod start;

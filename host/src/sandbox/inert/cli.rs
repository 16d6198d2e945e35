//! A command line without arguments, environment, input or terminal. What is printed is logged; an exit is a crash.

use wasmtime::component::Resource;
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p2::bindings::cli::{
    environment, exit, stderr, stdin, stdout, terminal_input, terminal_output, terminal_stderr, terminal_stdin,
    terminal_stdout,
};
use wasmtime_wasi::p2::pipe::ClosedInputStream;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};

use self::terminal_input::TerminalInput;
use self::terminal_output::TerminalOutput;
use super::View;

impl View<'_> {
    fn charge(&self) {
        self.inert.charges.add(0);
    }

    /// Each is another handle of one stream.
    fn output(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.charge();
        let stream: DynOutputStream = Box::new(self.inert.output.clone());
        Ok(self.table.push(stream)?)
    }
}

impl environment::Host for View<'_> {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        self.charge();
        Ok(Vec::new())
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        self.charge();
        Ok(Vec::new())
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        self.charge();
        Ok(None)
    }
}

impl exit::Host for View<'_> {
    fn exit(&mut self, status: Result<(), ()>) -> wasmtime::Result<()> {
        Err(I32Exit(i32::from(status.is_err())).into())
    }

    fn exit_with_code(&mut self, status: u8) -> wasmtime::Result<()> {
        Err(I32Exit(status.into()).into())
    }
}

impl stdin::Host for View<'_> {
    fn get_stdin(&mut self) -> wasmtime::Result<Resource<DynInputStream>> {
        self.charge();
        let stream: DynInputStream = Box::new(ClosedInputStream);
        Ok(self.table.push(stream)?)
    }
}

impl stdout::Host for View<'_> {
    fn get_stdout(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.output()
    }
}

impl stderr::Host for View<'_> {
    fn get_stderr(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.output()
    }
}

impl terminal_input::Host for View<'_> {}

impl terminal_input::HostTerminalInput for View<'_> {
    fn drop(&mut self, terminal: Resource<TerminalInput>) -> wasmtime::Result<()> {
        self.table.delete(terminal)?;
        Ok(())
    }
}

impl terminal_output::Host for View<'_> {}

impl terminal_output::HostTerminalOutput for View<'_> {
    fn drop(&mut self, terminal: Resource<TerminalOutput>) -> wasmtime::Result<()> {
        self.table.delete(terminal)?;
        Ok(())
    }
}

impl terminal_stdin::Host for View<'_> {
    fn get_terminal_stdin(&mut self) -> wasmtime::Result<Option<Resource<TerminalInput>>> {
        self.charge();
        Ok(None)
    }
}

impl terminal_stdout::Host for View<'_> {
    fn get_terminal_stdout(&mut self) -> wasmtime::Result<Option<Resource<TerminalOutput>>> {
        self.charge();
        Ok(None)
    }
}

impl terminal_stderr::Host for View<'_> {
    fn get_terminal_stderr(&mut self) -> wasmtime::Result<Option<Resource<TerminalOutput>>> {
        self.charge();
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use wasmtime::component::ResourceTable;

    use super::*;
    use crate::sandbox::charge::Charges;
    use crate::sandbox::inert::Inert;
    use crate::sandbox::log::Log;

    #[test]
    fn there_is_nothing_and_asking_is_charged_for() {
        let (log, charges) = (Log::new(100, 100), Charges::default());
        let (mut inert, mut table) = (Inert::new(&log, &charges), ResourceTable::new());
        let mut view = View { inert: &mut inert, table: &mut table };
        assert_eq!(environment::Host::get_environment(&mut view).unwrap(), []);
        assert_eq!(environment::Host::get_arguments(&mut view).unwrap(), [""; 0]);
        assert_eq!(environment::Host::initial_cwd(&mut view).unwrap(), None);
        assert!(terminal_stdout::Host::get_terminal_stdout(&mut view).unwrap().is_none());
        assert_eq!(charges.take(), 2000);
        let stream = stderr::Host::get_stderr(&mut view).unwrap();
        view.table.get_mut(&stream).unwrap().write("said".into()).unwrap();
        assert_eq!(log.take()[0].text, "said");
        assert_eq!(charges.take(), 1004);
    }
}

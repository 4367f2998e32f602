package io.hpc4j.server.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = "Prints a script that makes the shell complete hpc's subcommands and options.",
        footer = {
            "",
            "Examples:",
            "  source <(hpc completion bash)",
            "  hpc completion bash > ~/.local/share/bash-completion/completions/hpc",
            "  source <(hpc completion zsh)"
        })
final class CompletionCommand implements Callable<Integer> {

    /** The shells that are known. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(arity = "0..1", paramLabel = "SHELL", description = "bash or zsh; bash unless given.")
    private Shell shell = Shell.bash;

    private final Session session;

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        CommandLine whole = Cli.line(session);
        if (shell == Shell.zsh) {
            session.print("autoload -U +X compinit && compinit");
            session.print("autoload -U +X bashcompinit && bashcompinit");
        }
        session.print(AutoComplete.bash("hpc", whole));
        return ExitCodes.OK;
    }
}

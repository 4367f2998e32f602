package io.hpc4j.server.cli;

import io.hpc4j.core.NoSuchBackendException;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.server.keeper.Keeper;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "keep", hidden = true, description = "Keeps a local cluster open for other commands.")
final class KeepCommand implements Callable<Integer> {

    private static final Duration IDLE = Duration.ofSeconds(60);

    @Parameters(paramLabel = "URI", description = "The cluster's address.")
    private String address = "";

    private final Session session;

    KeepCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Duration idle = Optional.ofNullable(session.around().env().get("HPC_KEEPER_IDLE"))
                .map(Quantities::duration)
                .orElse(IDLE);
        Keeper.run(address, session.around().env(), idle, KeepCommand::local, this::ready);
        return ExitCodes.OK;
    }

    private static SchedulerBackendProvider local() {
        return ServiceLoader.load(SchedulerBackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(p -> p.id().equals("local"))
                .findFirst()
                .orElseThrow(() ->
                        new NoSuchBackendException("no backend 'local'; is hpc-scheduler-local on the class path?"));
    }

    /** The command that has started this one reads a line, and may be gone long before this one. */
    private void ready(Optional<String> failure) {
        session.print(failure.orElse(Keeper.READY));
        session.around().out().close();
    }
}

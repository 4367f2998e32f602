package io.hpc4j.server.keeper;

import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Opens a local cluster through its keeper. */
public final class KeeperProvider implements SchedulerBackendProvider {

    private final Map<String, String> env;
    private final Function<String, List<String>> command;

    /**
     * Contacts nobody yet.
     *
     * @param env the environment, which says where the cluster is if its address does not
     * @param command the command line that runs {@link Keeper#run} for the cluster of an address
     */
    public KeeperProvider(Map<String, String> env, Function<String, List<String>> command) {
        this.env = env;
        this.command = command;
    }

    @Override
    public String id() {
        return "local";
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        return new KeeperBackend(new KeeperStarter(context.uri(), env, command), context.reports());
    }
}

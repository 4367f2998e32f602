package io.hpc4j.server.keeper;

import io.hpc4j.core.Finding;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
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

    /** What the local backend itself finds; that a keeper has its state open is as it should be. */
    @Override
    public List<Finding> findings(BackendContext context) {
        Optional<Finding> keeper = KeeperPlace.ifThere(context.uri(), env).flatMap(KeeperProvider::keeper);
        List<Finding> all = new ArrayList<>();
        for (SchedulerBackendProvider provider : ServiceLoader.load(SchedulerBackendProvider.class)) {
            if (provider.id().equals(id())) {
                all.addAll(provider.findings(context));
            }
        }
        keeper.ifPresent(k -> {
            all.removeIf(f -> f.name().equals("state in use"));
            all.add(k);
        });
        return all;
    }

    private static Optional<Finding> keeper(KeeperPlace place) {
        try (KeeperConnection connection =
                KeeperConnection.open(place.socket(), JobReports.NONE).orElse(null)) {
            return Optional.ofNullable(connection)
                    .map(c -> Finding.ok(
                            "keeper",
                            "process %d keeps the cluster open"
                                    .formatted(c.hello().number("pid").orElse(0))));
        }
    }
}

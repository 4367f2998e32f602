package io.hpc4j.local;

import io.hpc4j.core.Finding;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.util.List;

/**
 * Makes a small cluster of this machine, for addresses such as {@code local:} and {@code local:?nodes=3&slots=2}. Its
 * settings, states, files and limits are described on its page of the documentation, {@code docs/local.md}.
 */
public final class LocalBackendProvider implements SchedulerBackendProvider {

    /** Does nothing yet. */
    public LocalBackendProvider() {}

    @Override
    public String id() {
        return "local";
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        LocalSettings settings = LocalSettings.from(context.uri(), System.getenv());
        return new LocalBackend(SharedCluster.join(settings, context, System.getenv()), context.reports());
    }

    @Override
    public List<Finding> findings(BackendContext context) {
        return LocalFindings.before(context, System.getenv());
    }
}

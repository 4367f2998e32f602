package io.hpc4j.testkit;

import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.util.function.Supplier;

/** Opens {@link ProcessBackend}s, or what a test makes of them. */
record ProcessBackendProvider(Supplier<SchedulerBackend> opening) implements SchedulerBackendProvider {

    @Override
    public String id() {
        return "process";
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        return opening.get();
    }
}

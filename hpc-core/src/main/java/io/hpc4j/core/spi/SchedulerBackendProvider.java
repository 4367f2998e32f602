package io.hpc4j.core.spi;

import io.hpc4j.core.Finding;
import java.util.List;

/** Makes backends of one kind; found by {@link java.util.ServiceLoader}. Creating a provider does no work. */
public interface SchedulerBackendProvider {

    /** The scheme of the addresses it serves, lower case: {@code slurm}. */
    String id();

    /**
     * Connects to the scheduler.
     *
     * @throws IllegalArgumentException if the address has a setting that this backend does not know or cannot read
     * @throws io.hpc4j.core.BackendUnavailableException if the scheduler cannot be reached
     */
    SchedulerBackend open(BackendContext context);

    /**
     * Looks at what opening needs, before it and also where it fails: commands, folders, who else has them. Changes
     * nothing and never throws; what cannot be looked at is a finding. Nothing unless overridden.
     */
    default List<Finding> findings(BackendContext context) {
        return List.of();
    }
}

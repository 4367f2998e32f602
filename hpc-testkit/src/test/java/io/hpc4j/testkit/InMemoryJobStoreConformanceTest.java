package io.hpc4j.testkit;

import io.hpc4j.core.JobStore;

class InMemoryJobStoreConformanceTest extends JobStoreKit {

    @Override
    protected JobStore openStore() {
        return JobStore.inMemory();
    }
}

package io.hpc4j.store;

import io.hpc4j.core.JobStore;
import io.hpc4j.testkit.JobStoreKit;
import java.util.Optional;

class PostgresJobStoreConformanceIT extends JobStoreKit {

    private String url = "";

    @Override
    protected JobStore openStore() {
        url = Postgres.emptySchema();
        return JdbcJobStore.connect(url);
    }

    @Override
    protected Optional<JobStore> reopen(JobStore open) {
        open.close();
        return Optional.of(JdbcJobStore.connect(url));
    }
}

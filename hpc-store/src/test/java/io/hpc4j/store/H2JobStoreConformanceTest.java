package io.hpc4j.store;

import io.hpc4j.core.JobStore;
import io.hpc4j.testkit.JobStoreKit;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class H2JobStoreConformanceTest extends JobStoreKit {

    @TempDir
    private Path folder;

    @Override
    protected JobStore openStore() {
        return JdbcJobStore.connect("jdbc:h2:" + folder.resolve("jobs"));
    }

    @Override
    protected Optional<JobStore> reopen(JobStore open) {
        open.close();
        return Optional.of(openStore());
    }
}

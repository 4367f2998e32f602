package io.hpc4j.local;

import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.testkit.SchedulerBackendKit;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalBackendConformanceTest extends SchedulerBackendKit {

    @TempDir
    Path folder;

    @Override
    protected SchedulerBackendProvider provider() {
        return new LocalBackendProvider();
    }

    @Override
    protected String uri() {
        return "local:" + folder.resolve("state") + "?nodes=2&slots=3&memory=1G&gpus=1&grace=500ms&recovery=100ms"
                + "&queues=default,short:walltime=10m";
    }

    @Override
    protected String scratch() {
        return folder.toString();
    }

    /** As far as control groups can be written here. */
    @Override
    protected boolean enforcesMemory() {
        return Files.isWritable(Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
    }
}

package io.hpc4j.testkit;

import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ProcessBackendConformanceTest extends SchedulerBackendKit {

    @TempDir
    private Path folder;

    private ProcessBackend.Machine machine;

    @BeforeEach
    void makeMachine() {
        machine = new ProcessBackend.Machine(folder, 4);
    }

    @Override
    protected SchedulerBackendProvider provider() {
        return new ProcessBackendProvider(() -> new ProcessBackend(machine));
    }

    @Override
    protected String uri() {
        return "process:";
    }

    @Override
    protected String scratch() {
        return folder.toString();
    }
}

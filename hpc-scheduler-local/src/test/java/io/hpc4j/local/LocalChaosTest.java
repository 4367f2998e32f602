package io.hpc4j.local;

import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.testkit.ChaosKit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Stories of chaos with real processes. */
class LocalChaosTest extends ChaosKit {

    @TempDir
    Path folder;

    @Override
    protected int seeds() {
        return 20;
    }

    @Override
    protected void report(String summary) {
        System.out.println(summary);
    }

    @Override
    protected int inParallel() {
        return 2;
    }

    @Override
    protected Site open(long seed) throws IOException {
        Path own = Files.createDirectory(folder.resolve("seed-" + seed));
        return new Site() {
            @Override
            public String uri() {
                return "local:" + own.resolve("state") + "?nodes=2&slots=2&grace=200ms";
            }

            @Override
            public SchedulerBackendProvider provider() {
                return new LocalBackendProvider();
            }

            @Override
            public String folder() {
                return own.toString();
            }
        };
    }
}

package io.hpc4j.testkit;

import io.hpc4j.core.spi.LocalTransport;
import io.hpc4j.core.spi.Transport;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalTransportConformanceTest extends TransportKit {

    @TempDir
    private Path folder = Path.of("");

    @Override
    protected Transport openTransport() {
        return new LocalTransport();
    }

    @Override
    protected String scratchDirectory() {
        return folder.resolve("scratch").toString();
    }
}

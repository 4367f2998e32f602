package io.hpc4j.core.spi;

/** Runs commands and moves files on this machine. */
public final class LocalTransport implements Transport {

    /** Needs nothing. */
    public LocalTransport() {}

    @Override
    public CommandResult run(CommandLine command) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RemoteFiles files() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}

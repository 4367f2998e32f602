package io.hpc4j.core;

import java.util.List;

/** A scheduler's command ended with an exit code for which there is no more precise exception. */
public final class CommandFailedException extends HpcException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** Keeps the command, its exit code and the scheduler's own words. */
    public CommandFailedException(String backend, List<String> command, int exitCode, String stderr) {
        super("%s: '%s' ended with exit code %d: %s"
                .formatted(backend, String.join(" ", command), exitCode, stderr.strip()));
        this.exitCode = exitCode;
    }

    /** The command's exit code. */
    public int exitCode() {
        return exitCode;
    }
}

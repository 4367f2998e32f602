package io.hpc4j.core.spi;

import io.hpc4j.core.ExitStatus;
import java.time.Duration;

/**
 * How a command ended.
 *
 * @param exitStatus its exit code or signal
 * @param stdout what it printed, read as UTF-8; bytes that are not become U+FFFD
 * @param stderr what it printed as errors, read as UTF-8
 * @param isTruncated whether some of either was thrown away
 * @param elapsed how long it took
 */
public record CommandResult(
        ExitStatus exitStatus, String stdout, String stderr, boolean isTruncated, Duration elapsed) {

    /** Whether it ended by itself with exit code 0. */
    public boolean isSuccess() {
        return exitStatus.isSuccess();
    }

    /** The exit code as a shell would show it. */
    public int exitCode() {
        return exitStatus.shellCode();
    }
}

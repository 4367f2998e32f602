package io.hpc4j.core;

/**
 * How a job's process ended.
 *
 * @param code exit code, 0 to 255; 0 where a signal ended the process
 * @param signal number of the signal that ended the process, 0 if none did
 */
public record ExitStatus(int code, int signal) {

    /** Ended by itself with exit code 0. */
    public static final ExitStatus SUCCESS = new ExitStatus(0, 0);

    private static final int MAX_CODE = 255;
    private static final int MAX_SIGNAL = 127;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the code is outside 0 to 255 or the signal outside 0 to 127
     */
    public ExitStatus {
        if (code < 0 || code > MAX_CODE) {
            throw new IllegalArgumentException("exit code must be 0 to 255, was " + code);
        }
        if (signal < 0 || signal > MAX_SIGNAL) {
            throw new IllegalArgumentException("signal must be 0 to 127, was " + signal);
        }
    }

    /** Ended by itself with this exit code. */
    public static ExitStatus ofCode(int code) {
        return code == 0 ? SUCCESS : new ExitStatus(code, 0);
    }

    /** Ended by this signal. */
    public static ExitStatus ofSignal(int signal) {
        return new ExitStatus(0, signal);
    }

    /** Whether the process ended by itself with exit code 0. */
    public boolean isSuccess() {
        return code == 0 && signal == 0;
    }

    /** What a shell would show as {@code $?}: the exit code, or 128 plus the signal. */
    public int shellCode() {
        return signal == 0 ? code : Math.min(MAX_CODE, 128 + signal);
    }

    @Override
    public String toString() {
        return signal == 0 ? "exit code " + code : "signal " + signal;
    }
}

package io.hpc4j.server.cli;

import io.hpc4j.core.BatchSubmitException;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.NoSuchBackendException;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.RejectedJobException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/** What the command's exit codes mean. */
final class ExitCodes {

    static final int OK = 0;
    static final int JOB_FAILED = 1;
    static final int INVALID = 2;
    static final int NO_SUCH_JOB = 3;
    static final int UNAVAILABLE = 4;
    static final int REJECTED = 5;
    static final int OTHER = 6;
    static final int WARNINGS = 7;
    static final int PROBLEMS = 8;
    static final int TIMED_OUT = 124;
    static final int INTERRUPTED = 130;

    private ExitCodes() {}

    static int of(Throwable e) {
        if (e instanceof BatchSubmitException b && !b.failures().isEmpty()) {
            return of(b.failures().values().iterator().next());
        } else if (e instanceof NoSuchJobException) {
            return NO_SUCH_JOB;
        } else if (e instanceof RejectedJobException || e instanceof UnsupportedOperationException) {
            return REJECTED;
        } else if (e instanceof NoSuchBackendException || e instanceof IllegalArgumentException) {
            return INVALID;
        } else if (e instanceof HpcException h && h.isTransient()) {
            return UNAVAILABLE;
        } else if (e instanceof TimeoutException) {
            return TIMED_OUT;
        } else if (e instanceof InterruptedException || e instanceof CancellationException) {
            return INTERRUPTED;
        }
        return OTHER;
    }

    /** One sentence, for somebody who does not read stack traces. */
    static String sentence(Throwable e) {
        String message = e.getMessage();
        if (e instanceof InterruptedException) {
            return "interrupted";
        } else if (message == null || message.isBlank()) {
            return "unexpected " + e.getClass().getSimpleName() + "; --debug shows where";
        }
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        boolean expected = e instanceof HpcException
                || e instanceof IllegalArgumentException
                || e instanceof UnsupportedOperationException
                || e instanceof TimeoutException;
        return expected ? line : line + " (" + e.getClass().getSimpleName() + "; --debug shows where)";
    }
}

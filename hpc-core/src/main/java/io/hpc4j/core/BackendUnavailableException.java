package io.hpc4j.core;

import org.jspecify.annotations.Nullable;

/**
 * The scheduler does not answer, or is busy, or refuses for now: the same call may succeed later. It says nothing about
 * any job.
 */
public final class BackendUnavailableException extends HpcException {

    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that shows the value and says what would have worked. */
    public BackendUnavailableException(String message) {
        super(message);
    }

    /** Makes an exception with the cause kept. */
    public BackendUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}

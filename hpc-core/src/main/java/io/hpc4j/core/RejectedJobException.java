package io.hpc4j.core;

import org.jspecify.annotations.Nullable;

/**
 * The scheduler, or the check before it, refuses the request as it stands: the request has to be changed. No job is
 * left behind.
 */
public final class RejectedJobException extends HpcException {

    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that shows the value and says what would have worked. */
    public RejectedJobException(String message) {
        super(message);
    }

    /** Makes an exception with the cause kept. */
    public RejectedJobException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

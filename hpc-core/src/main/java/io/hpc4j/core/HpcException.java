package io.hpc4j.core;

import org.jspecify.annotations.Nullable;

/**
 * Something between a caller and a scheduler failed. The subtype says what to do about it; the message keeps the
 * scheduler's own words. Mistakes of the caller are {@link IllegalArgumentException}s and their like instead.
 */
public class HpcException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that says what failed and what would have worked. */
    public HpcException(String message) {
        super(message);
    }

    /** Makes an exception with the cause kept. */
    public HpcException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the very same call may succeed later, without any change by the caller. */
    public boolean isTransient() {
        return false;
    }
}

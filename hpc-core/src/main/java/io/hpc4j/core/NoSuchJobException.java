package io.hpc4j.core;

import org.jspecify.annotations.Nullable;

/**
 * The scheduler answered, and knows no job of this id. Never thrown when it could not be reached.
 */
public final class NoSuchJobException extends HpcException {

    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that shows the value and says what would have worked. */
    public NoSuchJobException(String message) {
        super(message);
    }

    /** Makes an exception with the cause kept. */
    public NoSuchJobException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.hpc4j.store;

import io.hpc4j.core.HpcException;
import org.jspecify.annotations.Nullable;

/**
 * The database does not answer, is held by another process, or has no room left: the same call may succeed later.
 * Nothing is half written.
 */
public final class StoreUnavailableException extends HpcException {

    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that says what is in the way and what to do. */
    public StoreUnavailableException(String message) {
        super(message);
    }

    /** Makes an exception with the cause kept. */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}

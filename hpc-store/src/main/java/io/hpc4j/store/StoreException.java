package io.hpc4j.store;

import io.hpc4j.core.HpcException;
import org.jspecify.annotations.Nullable;

/** A database or a backup cannot be used as it is; repeating the call changes nothing. */
public final class StoreException extends HpcException {

    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that says what is wrong and what would have worked. */
    public StoreException(String message) {
        super(message);
    }

    /** Makes an exception with the cause kept. */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

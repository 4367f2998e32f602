package io.hpc4j.server.keeper;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.NoSuchBackendException;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.RejectedJobException;
import io.hpc4j.core.TransportException;
import io.hpc4j.store.json.JsonObject;

/** An exception as JSON: its type, as far as callers act on it, and its message. */
final class Failure {

    private Failure() {}

    static JsonObject toJson(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return new JsonObject().put("type", type(e)).put("message", message);
    }

    private static String type(Throwable e) {
        if (e instanceof RejectedJobException) {
            return "rejected";
        } else if (e instanceof NoSuchJobException) {
            return "no such job";
        } else if (e instanceof NoSuchBackendException) {
            return "no such backend";
        } else if (e instanceof TransportException) {
            return "transport";
        } else if (e instanceof HpcException h) {
            return h.isTransient() ? "unavailable" : "failed";
        } else if (e instanceof IllegalArgumentException) {
            return "invalid";
        } else if (e instanceof UnsupportedOperationException) {
            return "unsupported";
        }
        return e instanceof IllegalStateException ? "state" : "unexpected";
    }

    /** Makes the exception again. */
    static RuntimeException fromJson(JsonObject in) {
        String message = in.text("message");
        return switch (in.text("type")) {
            case "rejected" -> new RejectedJobException(message);
            case "no such job" -> new NoSuchJobException(message);
            case "no such backend" -> new NoSuchBackendException(message);
            case "transport" -> new TransportException(message);
            case "unavailable" -> new BackendUnavailableException(message);
            case "invalid" -> new IllegalArgumentException(message);
            case "unsupported" -> new UnsupportedOperationException(message);
            case "state" -> new IllegalStateException(message);
            default -> new HpcException(message);
        };
    }
}

package io.hpc4j.core.internal;

import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.recording.RecordedCall;
import org.jspecify.annotations.Nullable;

/** One call as an event of the JDK's own recorder; nothing where that is not running or not part of the JVM. */
final class CallEvent {

    private static final boolean IS_THERE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();
    private static final CallEvent NONE = new CallEvent(null);

    private final @Nullable Object event;

    private CallEvent(@Nullable Object event) {
        this.event = event;
    }

    static CallEvent begin() {
        return IS_THERE && SchedulerCall.isWanted() ? new CallEvent(SchedulerCall.start()) : NONE;
    }

    void end(ClusterUri cluster, RecordedCall.Command command) {
        if (event != null) {
            ((SchedulerCall) event).end(cluster.toString(), command);
        }
    }

    void end(ClusterUri cluster, String operation, boolean isSuccess) {
        if (event != null) {
            ((SchedulerCall) event).end(cluster.toString(), operation, isSuccess ? "success" : "failure");
        }
    }
}

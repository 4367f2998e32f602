package io.hpc4j.core.internal;

import io.hpc4j.core.recording.RecordedCall;
import io.hpc4j.core.recording.RecordedCall.Answer;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One call of a scheduler, as JDK Flight Recorder shows it. Loaded only once that records. */
@Name("io.hpc4j.SchedulerCall")
@Label("Scheduler Call")
@Category("HPC4J")
@Description("A command that was run for a scheduler, or a call of a backend that ran none")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // JDK Flight Recorder reads the fields
final class SchedulerCall extends Event {

    @Label("Cluster")
    private String cluster = "";

    @Label("Operation")
    @Description("What the backend was asked: statusOf, submit …")
    private String operation = "";

    @Label("Program")
    @Description("The command that was run, without its folder; empty if none was")
    private String program = "";

    @Label("Outcome")
    @Description("success, failure, timeout or broken")
    private String outcome = "";

    @Label("Exit Code")
    @Description("As a shell would show it; -1 if there was none")
    private int exitCode = -1;

    @Label("Output")
    @DataAmount
    private long outputBytes;

    /** Whether anybody records. */
    static boolean isWanted() {
        return FlightRecorder.isInitialized();
    }

    static SchedulerCall start() {
        SchedulerCall event = new SchedulerCall();
        event.begin();
        return event;
    }

    void end(String ofCluster, RecordedCall.Command command) {
        program = command.asked().program();
        if (command.answer() instanceof Answer.Ended ended) {
            exitCode = ended.exitStatus().shellCode();
            outputBytes = ended.stdout().size() + ended.stderr().size();
        }
        end(ofCluster, command.origin().operation(), CallMetrics.outcome(command.answer()));
    }

    void end(String ofCluster, String ofOperation, String withOutcome) {
        cluster = ofCluster;
        operation = ofOperation;
        outcome = withOutcome;
        commit();
    }
}

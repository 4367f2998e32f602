package io.hpc4j.server.keeper;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.Submission;
import io.hpc4j.server.json.ClusterJson;
import io.hpc4j.server.json.ExplanationJson;
import io.hpc4j.server.json.FindingJson;
import io.hpc4j.server.json.PlanJson;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.JsonObject;
import io.hpc4j.store.json.RequestJson;
import java.util.Collection;
import java.util.List;

/** Carries out at a backend what a command asks for in JSON. */
final class BackendCalls {

    private final SchedulerBackend backend;

    BackendCalls(SchedulerBackend backend) {
        this.backend = backend;
    }

    JsonObject answer(JsonObject call) {
        JsonObject answer = new JsonObject();
        switch (call.text("call")) {
            case "submit" -> answer.put("job", backend.submit(request(call)));
            case "submitAll" -> answer.put("submissions", submitAll(call.objects("requests")));
            case "submitArray" ->
                answer.put("ids", backend.submitArray(request(call), ArrayRange.parse(call.text("range"))));
            case "statusOf" ->
                answer.put("jobs", jobs(backend.statusOf(ids(call)).values()));
            case "historyOf" ->
                answer.put("jobs", jobs(backend.historyOf(ids(call)).values()));
            case "list" ->
                answer.put(
                        "jobs",
                        jobs(backend.list(ClusterJson.query(call.object("query").orElseThrow()))));
            case "cancel" -> backend.cancel(ids(call));
            case "hold" -> backend.hold(ids(call));
            case "release" -> backend.release(ids(call));
            case "suspend" -> backend.suspend(ids(call));
            case "resume" -> backend.resume(ids(call));
            case "requeue" -> backend.requeue(ids(call));
            case "requestOf" ->
                answer.put(
                        "request", backend.requestOf(JobId.of(call.text("job"))).map(RequestJson::toJson));
            case "findByKey" -> answer.put("job", backend.findByKey(call.text("key")));
            case "plan" -> answer.put("plan", PlanJson.toJson(backend.plan(request(call))));
            case "planArray" ->
                answer.put(
                        "plan",
                        PlanJson.toJson(backend.planArray(request(call), ArrayRange.parse(call.text("range")))));
            case "explain" ->
                answer.put(
                        "circumstances",
                        ExplanationJson.toJson(backend.explain(
                                JobJson.fromJson(call.object("job").orElseThrow()))));
            case "findings" ->
                answer.put(
                        "findings",
                        backend.findings().stream().map(FindingJson::toJson).toList());
            case "queues" ->
                answer.put(
                        "queues",
                        backend.queues().stream().map(ClusterJson::toJson).toList());
            case "nodes" ->
                answer.put(
                        "nodes",
                        backend.nodes().stream().map(ClusterJson::toJson).toList());
            default -> throw new IllegalArgumentException("the keeper knows no call '" + call.text("call") + "'");
        }
        return answer;
    }

    private static JobRequest request(JsonObject call) {
        return RequestJson.fromJson(call.object("request").orElseThrow());
    }

    private static List<JobId> ids(JsonObject call) {
        return call.strings("ids").stream().map(JobId::of).toList();
    }

    private static List<JsonObject> jobs(Collection<Job> jobs) {
        return JobJson.toJson(jobs);
    }

    private List<JsonObject> submitAll(List<JsonObject> requests) {
        return backend.submitAll(requests.stream().map(RequestJson::fromJson).toList()).stream()
                .map(BackendCalls::submission)
                .toList();
    }

    private static JsonObject submission(Submission submission) {
        return submission instanceof Submission.Accepted a
                ? new JsonObject().put("job", a.id())
                : new JsonObject().put("error", Failure.toJson(((Submission.Failed) submission).why()));
    }
}

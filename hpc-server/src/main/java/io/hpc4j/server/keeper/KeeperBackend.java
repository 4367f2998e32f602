package io.hpc4j.server.keeper;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Capability;
import io.hpc4j.core.Finding;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.core.spi.Circumstances;
import io.hpc4j.core.spi.JobReports;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A local cluster that a keeper holds open. If the keeper ends, the next call finds or starts another. */
final class KeeperBackend implements SchedulerBackend {

    private final KeeperStarter starter;
    private final JobReports reports;
    private final Set<Capability> capabilities;
    private final boolean reportsEveryChange;

    /** Guarded by this. */
    private KeeperConnection connection;

    private boolean closed;

    KeeperBackend(KeeperStarter starter, JobReports reports) {
        this.starter = starter;
        this.reports = reports;
        this.connection = starter.connect(reports);
        JsonObject hello = connection.hello();
        capabilities =
                hello.strings("capabilities").stream().map(Capability::valueOf).collect(Collectors.toUnmodifiableSet());
        reportsEveryChange = hello.flag("reportsEveryChange");
    }

    private synchronized KeeperConnection connection() {
        if (closed) {
            throw new BackendUnavailableException("the connection to the keeper is closed");
        }
        if (connection.isLost()) {
            connection = starter.connect(reports);
        }
        return connection;
    }

    /** Asks what may be asked twice. */
    private JsonObject ask(String name, JsonObject arguments) {
        try {
            return connection().call(arguments.put("call", name));
        } catch (KeeperConnection.LostException e) {
            return change(name, arguments);
        }
    }

    /** Changes something: if the answer is lost, nobody knows whether it happened. */
    private JsonObject change(String name, JsonObject arguments) {
        try {
            return connection().call(arguments.put("call", name));
        } catch (KeeperConnection.LostException e) {
            throw new BackendUnavailableException("the keeper ended before it answered to " + name, e);
        }
    }

    private static JsonObject ids(Collection<JobId> ids) {
        return new JsonObject().put("ids", ids);
    }

    private static List<Job> jobs(JsonObject answer) {
        return answer.objects("jobs").stream().map(JobJson::fromJson).toList();
    }

    private static Map<JobId, Job> byId(JsonObject answer) {
        Map<JobId, Job> all = new LinkedHashMap<>();
        jobs(answer).forEach(job -> all.put(job.id(), job));
        return all;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public boolean reportsEveryChange() {
        return reportsEveryChange;
    }

    @Override
    public JobId submit(JobRequest request) {
        JsonObject call = new JsonObject().put("request", RequestJson.toJson(request));
        return JobId.of(change("submit", call).text("job"));
    }

    @Override
    public List<Submission> submitAll(List<JobRequest> requests) {
        JsonObject call = new JsonObject()
                .put("requests", requests.stream().map(RequestJson::toJson).toList());
        return change("submitAll", call).objects("submissions").stream()
                .map(KeeperBackend::submission)
                .toList();
    }

    private static Submission submission(JsonObject in) {
        Optional<String> job = in.string("job");
        if (job.isPresent()) {
            return new Submission.Accepted(JobId.of(job.get()));
        }
        RuntimeException why = Failure.fromJson(in.object("error").orElseThrow());
        return new Submission.Failed(
                why instanceof HpcException h ? h : new HpcException(String.valueOf(why.getMessage()), why));
    }

    @Override
    public List<JobId> submitArray(JobRequest request, ArrayRange range) {
        JsonObject call =
                new JsonObject().put("request", RequestJson.toJson(request)).put("range", range.toString());
        return change("submitArray", call).strings("ids").stream()
                .map(JobId::of)
                .toList();
    }

    @Override
    public Map<JobId, Job> statusOf(Collection<JobId> ids) {
        return byId(ask("statusOf", ids(ids)));
    }

    @Override
    public Map<JobId, Job> historyOf(Collection<JobId> ids) {
        return byId(ask("historyOf", ids(ids)));
    }

    @Override
    public List<Job> list(JobQuery query) {
        return jobs(ask("list", new JsonObject().put("query", ClusterJson.toJson(query))));
    }

    @Override
    public void cancel(Collection<JobId> ids) {
        ask("cancel", ids(ids));
    }

    @Override
    public void hold(Collection<JobId> ids) {
        change("hold", ids(ids));
    }

    @Override
    public void release(Collection<JobId> ids) {
        change("release", ids(ids));
    }

    @Override
    public void suspend(Collection<JobId> ids) {
        change("suspend", ids(ids));
    }

    @Override
    public void resume(Collection<JobId> ids) {
        change("resume", ids(ids));
    }

    @Override
    public void requeue(Collection<JobId> ids) {
        change("requeue", ids(ids));
    }

    @Override
    public Optional<JobId> findByKey(String key) {
        return ask("findByKey", new JsonObject().put("key", key)).string("job").map(JobId::of);
    }

    @Override
    public JobPlan plan(JobRequest request) {
        return plan("plan", new JsonObject().put("request", RequestJson.toJson(request)));
    }

    @Override
    public JobPlan planArray(JobRequest request, ArrayRange range) {
        return plan(
                "planArray",
                new JsonObject().put("request", RequestJson.toJson(request)).put("range", range.toString()));
    }

    private JobPlan plan(String name, JsonObject arguments) {
        return PlanJson.fromJson(ask(name, arguments).object("plan").orElseThrow());
    }

    @Override
    public Circumstances explain(Job job) {
        JsonObject answer = ask("explain", new JsonObject().put("job", JobJson.toJson(job)));
        return ExplanationJson.circumstances(answer.object("circumstances").orElseThrow());
    }

    @Override
    public List<Finding> findings() {
        return ask("findings", new JsonObject()).objects("findings").stream()
                .map(FindingJson::fromJson)
                .toList();
    }

    @Override
    public Optional<JobRequest> requestOf(JobId id) {
        return ask("requestOf", new JsonObject().put("job", id))
                .object("request")
                .map(RequestJson::fromJson);
    }

    @Override
    public List<QueueInfo> queues() {
        return ask("queues", new JsonObject()).objects("queues").stream()
                .map(ClusterJson::queue)
                .toList();
    }

    @Override
    public List<NodeInfo> nodes() {
        return ask("nodes", new JsonObject()).objects("nodes").stream()
                .map(ClusterJson::node)
                .toList();
    }

    @Override
    public synchronized void close() {
        closed = true;
        connection.close();
    }
}

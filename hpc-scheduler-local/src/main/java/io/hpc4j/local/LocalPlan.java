package io.hpc4j.local;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Payload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Says what would become of a request: with the checks, the paths and the policy that submitting uses. */
final class LocalPlan {

    private static final String ID = "%j";
    private static final String ARRAY_ID = "%A";

    private final LocalScheduler scheduler;
    private final LocalSettings settings;
    private final Admission admission;
    private final StateFolder folder;
    private final Environments environments;
    private final int environment;

    LocalPlan(
            LocalScheduler scheduler,
            LocalSettings settings,
            Admission admission,
            StateFolder folder,
            Environments environments,
            int environment) {
        this.scheduler = scheduler;
        this.settings = settings;
        this.admission = admission;
        this.folder = folder;
        this.environments = environments;
        this.environment = environment;
    }

    JobPlan of(JobRequest request) {
        return of(request, Optional.empty());
    }

    JobPlan of(JobRequest request, Optional<ArrayRange> range) {
        JobPlan.Builder plan = JobPlan.builder(request);
        range.ifPresent(r -> plan.field(array(r)));
        Map<String, String> refusals = admission.new Checks().refusals(request);
        JobRequest placed =
                refusals.containsKey("workingDirectory") ? request : admission.new Checks().inFolder(request);
        waiting(placed, plan);
        files(placed, range.isPresent(), plan);
        payload(placed, range.isPresent() ? ARRAY_ID : ID, plan);
        request.nativeOptions().keySet().stream()
                .filter(backend -> !backend.equals("local"))
                .findFirst()
                .ifPresent(backend -> plan.ignored("nativeOptions", "they are for " + backend));
        refusals.forEach(plan::refused);
        schedule(placed, plan);
        return plan.build();
    }

    private static JobPlan.Field array(ArrayRange range) {
        return new JobPlan.Field(
                "array",
                JobPlan.Outcome.TRANSLATED,
                Optional.of(range.toString()),
                Optional.of(range.size() + " jobs, %A_" + range.first() + " and so on"),
                Optional.empty());
    }

    // ---------------------------------------------------------------- fields

    private void waiting(JobRequest request, JobPlan.Builder plan) {
        QueueSettings first = settings.queues().get(0);
        if (request.name().isEmpty()) {
            plan.defaulted("name", request.nameOrDefault(), "");
        }
        if (request.queue().isEmpty()) {
            plan.defaulted("queue", first.name(), "the first of the queues");
        }
        if (request.walltime().isEmpty()) {
            Optional<Duration> most = settings.queues().stream()
                    .filter(q -> q.name().equals(request.queue().orElse(first.name())))
                    .findFirst()
                    .flatMap(QueueSettings::maxWalltime);
            plan.defaulted(
                    "walltime",
                    most.map(Duration::toString).orElse("none"),
                    most.isPresent() ? "the queue's limit" : "nothing ends it, and nobody can plan with its end");
        }
        if (request.memoryPerNodeBytes().isPresent()
                && !ControlGroups.at(settings.cgroupRoot()).keepLimits()) {
            plan.warning("memoryPerNodeBytes is counted, but no limit is kept: control groups cannot be written here");
        }
    }

    private void files(JobRequest request, boolean isArray, JobPlan.Builder plan) {
        String directory = request.workingDirectory().orElse("/");
        plan.translated("workingDirectory", directory);
        String id = isArray ? "%A_%a" : ID;
        request.stdin().ifPresent(p -> plan.translated("stdin", resolved(directory, p, request, isArray)));
        request.stdout()
                .ifPresentOrElse(
                        p -> plan.translated("stdout", resolved(directory, p, request, isArray)),
                        () -> plan.defaulted("stdout", folder.output(id, "out").toString(), ""));
        request.stderr()
                .ifPresentOrElse(
                        p -> plan.translated("stderr", resolved(directory, p, request, isArray)),
                        () -> plan.defaulted("stderr", folder.output(id, "err").toString(), ""));
    }

    /** The path with what is known already; ids stay placeholders. */
    private static String resolved(String directory, String pattern, JobRequest request, boolean isArray) {
        String known = OutputPaths.expanded(
                pattern,
                Map.of(
                        'j',
                        isArray ? "%A_%a" : ID,
                        'A',
                        isArray ? ARRAY_ID : ID,
                        'a',
                        isArray ? "%a" : "0",
                        'n',
                        request.nameOrDefault().replace('/', '_')));
        return known.startsWith("/") ? known : Path.of(directory).resolve(known).toString();
    }

    private void payload(JobRequest request, String id, JobPlan.Builder plan) {
        Payload payload = request.payload();
        if (payload instanceof Payload.Command command) {
            plan.command(command.arguments());
            new ProgramSearch(request, base()).warning().ifPresent(plan::warning);
        } else if (payload instanceof Payload.ScriptText text) {
            plan.script(text.text()).command(List.of(folder.script(id).toString()));
        } else if (payload instanceof Payload.ScriptFile file) {
            List<String> words =
                    new ArrayList<>(List.of(Admission.scriptFile(request, file).toString()));
            words.addAll(file.arguments());
            plan.command(words).translated("scriptFile", words.get(0));
        }
    }

    private Map<String, String> base() {
        synchronized (scheduler) {
            return environments.get(environment);
        }
    }

    // ---------------------------------------------------------------- when

    private void schedule(JobRequest request, JobPlan.Builder plan) {
        Optional<Forecast.Outlook> outlook = Optional.empty();
        LocalJob job;
        synchronized (scheduler) {
            long number = scheduler.model.nextNumber;
            job = new LocalJob(admission.common(request, number, scheduler.nowMillis(), environment));
            boolean waits = dependencies(request, plan) || request.held();
            known(request, plan);
            if (!plan.isRefused() && !waits) {
                outlook = Optional.of(Outlooks.with(job, scheduler.model, scheduler.nowMillis()));
            }
        }
        outlook.flatMap(o -> Forecast.of(job, o, settings.policy())).ifPresent(start -> start(request, start, plan));
    }

    private static void start(JobRequest request, Forecast.Start start, JobPlan.Builder plan) {
        Instant at = Instant.ofEpochMilli(start.atMillis());
        plan.expectedStart(request.beginAt().filter(at::isBefore).orElse(at))
                .nodes(IntStream.range(0, start.placement().size())
                        .mapToObj(i -> LocalSettings.nodeName(start.placement().node(i)))
                        .toList());
    }

    private void known(JobRequest request, JobPlan.Builder plan) {
        request.key()
                .flatMap(scheduler.model::byKey)
                .ifPresent(same -> plan.warning(
                        "job %s has this key: submitting gives that job, and starts nothing".formatted(same.id)));
        if (scheduler.ledger.isStuck()) {
            plan.warning("the journal cannot be written now, so that nothing is taken or started; make room in "
                    + folder.root());
        }
    }

    /** Returns whether the job would have to wait for others. */
    private boolean dependencies(JobRequest request, JobPlan.Builder plan) {
        boolean waits = false;
        for (Dependency dependency : request.dependencies()) {
            List<LocalJob> targets = scheduler.dependencies.targets(dependency);
            if (targets.isEmpty()) {
                plan.refused("dependencies", Submissions.unknown(dependency));
            }
            waits |= targets.stream().anyMatch(t -> verdict(dependency, t) != Dependencies.Verdict.HOLDS);
            targets.stream()
                    .filter(t -> verdict(dependency, t) == Dependencies.Verdict.BROKEN)
                    .findFirst()
                    .ifPresent(
                            t -> plan.warning("it would be cancelled at once: " + Dependencies.broken(dependency, t)));
        }
        return waits;
    }

    private static Dependencies.Verdict verdict(Dependency dependency, LocalJob target) {
        return Dependencies.verdict(dependency.type(), target);
    }
}

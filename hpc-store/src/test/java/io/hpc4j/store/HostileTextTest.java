package io.hpc4j.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobState;
import io.hpc4j.core.StoredJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever stands in a field comes back as it was, and is found by it, in each database that there is. */
class HostileTextTest {

    private static final List<JdbcJobStore> stores = new ArrayList<>();
    private static Path folder = Path.of("");
    private static int jobs;

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("hostile");
        stores.add(JdbcJobStore.connect("jdbc:h2:" + folder.resolve("jobs")));
        if (System.getenv().containsKey("HPC_TEST_POSTGRES")) {
            stores.add(JdbcJobStore.connect(Postgres.emptySchema()));
        }
    }

    @AfterContainer
    static void close() throws IOException {
        stores.forEach(JdbcJobStore::close);
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> chosen = Arbitraries.of(
                "",
                " ",
                "'; drop table hpc_job; --",
                "\"quoted\" and \\back\\slash",
                "\\u0000 is no NUL",
                "\0",
                "a\0b",
                "\ud800",
                "\udc00\ud800 halves",
                "Grüße 🚀🇩🇪",
                "🚀".repeat(5000),
                "x".repeat(10_000),
                "x".repeat(10_000) + "y",
                "x".repeat(199) + "🚀" + "x".repeat(200),
                "\ud800".repeat(10_000),
                "line\nbreak\r\ttab",
                "?1 :name $1 {0} %s",
                "null",
                "\ufeff\u200b\u202e");
        return Arbitraries.oneOf(chosen, Arbitraries.strings().ofMaxLength(400));
    }

    @Property(tries = 150)
    void everyFieldComesBackAsItWasAndIsFound(
            @ForAll("texts") String name,
            @ForAll("texts") String owner,
            @ForAll("texts") String anyLabel,
            @ForAll("texts") String value,
            @ForAll("texts") String cluster) {
        String label = anyLabel.codePoints().anyMatch(HostileTextTest::isHalf) ? "half" : anyLabel; // see JsonObject
        Job job = Job.builder(JobId.of("j" + jobs++), JobState.FAILED)
                .rawState(owner)
                .name(name)
                .owner(owner)
                .queue(value)
                .account(name)
                .reason(label)
                .workingDirectory(value)
                .nodes(List.of(name, owner))
                .labels(Map.of(label, value))
                .build();
        for (JdbcJobStore store : stores) {
            store.update(cluster, List.of(job));

            assertThat(store.find(cluster, job.id()).flatMap(StoredJob::job)).contains(job);
            for (JobQuery query : List.of(
                    JobQuery.all().withName(name),
                    JobQuery.all().withOwner(owner),
                    JobQuery.all().withQueue(value),
                    JobQuery.all().withLabel(label, value))) {
                List<Optional<Job>> found =
                        store.list(cluster, query).stream().map(StoredJob::job).toList();
                assertThat(found).contains(Optional.of(job));
                assertThat(found).allMatch(j -> query.matches(j.orElseThrow()));
            }
            store.takeCursor(cluster, label, owner);
            assertThat(store.endsAfter(cluster, 0, 1_000_000))
                    .anyMatch(end -> end.job().equals(job));
        }
    }

    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    @Property(tries = 300)
    void textsThatDifferAreKeptDifferently(@ForAll("texts") String one, @ForAll("texts") String other) {
        assertThat(Columns.text(one).equals(Columns.text(other))).isEqualTo(one.equals(other));
        if (Columns.text(one).length() <= 200) {
            assertThat(Columns.original(Columns.text(one))).isEqualTo(one);
        }
    }
}

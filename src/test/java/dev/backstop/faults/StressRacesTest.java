package dev.backstop.faults;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.testing.Effort;
import dev.backstop.testing.Tally;
import java.util.Collection;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.NodeType;
import org.openjdk.jcstress.os.SchedulingClass;

/**
 * Runs what jcstress made of the classes whose names end in {@code Stress}, in this JVM: its own
 * main program looks for half a minute at what the machine can do, before it begins.
 */
@Tag("reliability")
class StressRacesTest {
  private static final Logger LOG = Logger.getLogger("dev.backstop");
  private static final Level LEVEL = LOG.getLevel();

  /** Each of a million queues says once that it is full. */
  @BeforeAll
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void letSpeak() {
    LOG.setLevel(LEVEL);
  }

  static Collection<String> races() {
    return TestList.tests();
  }

  @ParameterizedTest
  @MethodSource("races")
  void race_hasNoForbiddenEnd(String race) throws Exception {
    TestResult result = run(TestList.getInfo(race));
    String ends =
        result.getStateKeys().stream()
            .sorted()
            .map(end -> "%,d times (%s)".formatted(result.getCount(end), end))
            .collect(joining(", "));
    assertThat(result.status()).as("%s", result.getMessages()).isEqualTo(Status.NORMAL);
    assertThat(result.grading().isPassed).as(ends).isTrue();
    assertThat(result.getTotalCount()).isPositive();
    Tally.note(StressRacesTest.class, race.replaceFirst(".*\\.(.*\\..*)", "$1") + ": " + ends);
  }

  private static TestResult run(TestInfo race) throws Exception {
    Options options =
        new Options(
            new String[] {
              "-c",
              "2", // or it measures how many there are
              "-time",
              "" + Effort.of(200, 1_000),
              "-iters",
              "" + Effort.of(2, 17),
              "-strideCount",
              "10" // so that an end is not long in coming
            });
    options.parse();
    SchedulingClass anyProcessor =
        new SchedulingClass(AffinityMode.NONE, race.threads(), NodeType.PACKAGE);
    TestConfig config = new TestConfig(options, race, 0, List.of(), 0, anyProcessor);
    Runner<?> runner =
        (Runner<?>)
            Class.forName(race.generatedRunner())
                .getConstructor(ForkedTestConfig.class)
                .newInstance(new ForkedTestConfig(config));
    TestResult result = runner.run();
    result.setConfig(config);
    return result;
  }
}

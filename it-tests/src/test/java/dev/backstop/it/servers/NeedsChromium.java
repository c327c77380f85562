package dev.backstop.it.servers;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** For tests that run where a Chromium is found; a CI that lacks it must not look green. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(NeedsChromium.Condition.class)
@interface NeedsChromium {

  /** Whether it is there. */
  final class Condition implements ExecutionCondition {
    private static final String MISSING = "chromium or chromedriver is not on the PATH";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Chromium.isInstalled()) {
        return ConditionEvaluationResult.enabled("chromium and chromedriver are on the PATH");
      }
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(MISSING + ": CI runs the tests in a browser, too");
      }
      return ConditionEvaluationResult.disabled(MISSING);
    }
  }
}

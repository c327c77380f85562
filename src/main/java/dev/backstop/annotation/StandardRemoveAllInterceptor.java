package dev.backstop.annotation;

import jakarta.annotation.Priority;
import jakarta.interceptor.Interceptor;
import javax.cache.annotation.CacheRemoveAll;

/** Removes all, inside of {@code @Transactional}, as {@link ChangeInterceptor} is. */
@CacheRemoveAll
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 300)
class StandardRemoveAllInterceptor extends StandardInterceptor {
  private static final long serialVersionUID = 1L;
}
